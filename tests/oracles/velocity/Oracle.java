// Asks Apache Velocity whether it reads a template: parses it and initialises the tree, as rendering it would, without
// rendering it. Each line of standard input is a template in Base64; each line of the answer is "accept", or "reject",
// the line and the column (0 where Velocity names none) and the message in Base64, separated by spaces.
//
// java -cp velocity.jar:commons-collections3.jar:commons-lang.jar Oracle.java < templates

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.context.InternalContextAdapterImpl;
import org.apache.velocity.exception.ExtendedParseException;
import org.apache.velocity.exception.TemplateInitException;
import org.apache.velocity.runtime.RuntimeInstance;
import org.apache.velocity.runtime.log.NullLogChute;
import org.apache.velocity.runtime.parser.ParseException;
import org.apache.velocity.runtime.parser.node.SimpleNode;

public class Oracle {
    // The message of a lexical error, and of an error in a nested template, is the only place that tells where.
    private static final Pattern PLACE = Pattern.compile("line (\\d+), column (\\d+)");

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        int number = 0;
        RuntimeInstance velocity = null;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            // A template that fails can leave a parser behind in any state.
            if (velocity == null) {
                velocity = start();
            }
            String template = new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_8);
            String answer = ask(velocity, template, "t" + number++);
            if (!answer.equals("accept")) {
                velocity = null;
            }
            out.println(answer);
        }
        out.flush();
    }

    private static RuntimeInstance start() {
        RuntimeInstance velocity = new RuntimeInstance();
        velocity.setProperty("runtime.log.logsystem.class", NullLogChute.class.getName());
        velocity.setProperty("velocimacro.library", "");
        velocity.setProperty("velocimacro.permissions.allow.inline.local.scope", "true");
        velocity.init();
        return velocity;
    }

    private static String ask(RuntimeInstance velocity, String template, String name) {
        try {
            SimpleNode tree = velocity.parse(new StringReader(template), name, true);
            InternalContextAdapterImpl context = new InternalContextAdapterImpl(new VelocityContext());
            context.pushCurrentTemplateName(name);
            tree.init(context, velocity);
            return "accept";
        } catch (Throwable error) {
            return "reject " + place(error) + " " + message(error);
        }
    }

    private static String message(Throwable error) {
        String text = error.getClass().getSimpleName() + ": " + error.getMessage();
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String place(Throwable error) {
        // An error inside a string is reported at the string.
        if (error instanceof TemplateInitException || !(error instanceof ParseException)) {
            if (error instanceof ExtendedParseException && ((ExtendedParseException) error).getLineNumber() > 0) {
                ExtendedParseException at = (ExtendedParseException) error;
                return at.getLineNumber() + " " + at.getColumnNumber();
            }
        } else if (error instanceof ExtendedParseException) {
            ExtendedParseException at = (ExtendedParseException) error;
            if (at.getLineNumber() > 0) {
                return at.getLineNumber() + " " + at.getColumnNumber();
            }
        }
        Matcher place = PLACE.matcher(String.valueOf(error.getMessage()));
        return place.find() ? place.group(1) + " " + place.group(2) : "0 0";
    }
}
