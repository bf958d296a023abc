// Asks Apache Velocity whether it reads a template: parses it and initialises the tree, as rendering it would, without
// rendering it. Prints a line for each template of the given files, in order: the file's name, "accept", or "reject" and the
// line of the error (0 where Velocity names none), and after a tab the template with its control characters as pictures.
// Without files, each line of standard input is a template in Base64, and an answer gets the message behind the tab.
//
// java -cp velocity.jar:commons-collections3.jar:commons-lang.jar Oracle.java *.txt

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.context.InternalContextAdapterImpl;
import org.apache.velocity.exception.ExtendedParseException;
import org.apache.velocity.runtime.RuntimeInstance;
import org.apache.velocity.runtime.log.NullLogChute;
import org.apache.velocity.runtime.parser.node.SimpleNode;

public class Oracle {
    // The message of a lexical error, and of an error in a nested template, is the only place that tells where.
    private static final Pattern PLACE = Pattern.compile("line (\\d+), column \\d+");

    private static RuntimeInstance velocity;
    private static int asked;

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String file : args) {
            String name = Path.of(file).getFileName().toString().replace(".txt", "");
            for (String template : templates(Files.readString(Path.of(file)))) {
                out.println(name + " " + ask(template)[0] + "\t" + pictures(template));
            }
        }
        if (args.length == 0) {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String template = new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_8);
                String[] answer = ask(template);
                out.println(answer[0] + "\t" + pictures(answer[1]));
            }
        }
        out.flush();
    }

    // "> template" on a line, or ">>> title", lines and "<<<". Pictures stand for control characters.
    private static List<String> templates(String text) {
        List<String> found = new ArrayList<>();
        List<String> open = null;
        for (String line : text.split("\n", -1)) {
            if (open == null && line.startsWith("> ")) {
                found.add(controls(line.substring(2)));
            } else if (open == null && line.startsWith(">>> ")) {
                open = new ArrayList<>();
            } else if (open != null && line.equals("<<<")) {
                found.add(controls(String.join("\n", open)));
                open = null;
            } else if (open != null) {
                open.add(line);
            }
        }
        return found;
    }

    private static String controls(String text) {
        return text.replace('\u240a', '\n').replace('\u240d', '\r').replace('\u2409', '\t').replace('\u2400', '\0');
    }

    private static String pictures(String text) {
        return text.replace('\n', '\u240a').replace('\r', '\u240d').replace('\t', '\u2409').replace('\0', '\u2400');
    }

    private static RuntimeInstance start() {
        RuntimeInstance velocity = new RuntimeInstance();
        velocity.setProperty("runtime.log.logsystem.class", NullLogChute.class.getName());
        velocity.setProperty("velocimacro.library", "");
        velocity.setProperty("velocimacro.permissions.allow.inline.local.scope", "true");
        velocity.init();
        return velocity;
    }

    // Verdict and message. A template that fails can leave the parser in any state, so the next one gets another.
    private static String[] ask(String template) {
        if (velocity == null) {
            velocity = start();
        }
        String name = "t" + asked++;
        try {
            SimpleNode tree = velocity.parse(new StringReader(template), name, true);
            InternalContextAdapterImpl context = new InternalContextAdapterImpl(new VelocityContext());
            context.pushCurrentTemplateName(name);
            tree.init(context, velocity);
            return new String[] {"accept", ""};
        } catch (Throwable error) {
            velocity = null;
            return new String[] {"reject " + line(error), error.getClass().getSimpleName() + ": " + error.getMessage()};
        }
    }

    private static int line(Throwable error) {
        if (error instanceof ExtendedParseException && ((ExtendedParseException) error).getLineNumber() > 0) {
            return ((ExtendedParseException) error).getLineNumber();
        }
        Matcher place = PLACE.matcher(String.valueOf(error.getMessage()));
        return place.find() ? Integer.parseInt(place.group(1)) : 0;
    }
}
