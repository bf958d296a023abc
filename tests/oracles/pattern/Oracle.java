import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Says of each case whether Java takes the pattern, and which of its texts it matches as a whole. */
public class Oracle {
    public static void main(String[] arguments) throws Exception {
        StringBuilder answers = new StringBuilder();
        answers.append("## java.util.regex of Java ").append(System.getProperty("java.runtime.version")).append('\n');
        for (String line : Files.readString(Path.of(arguments[0])).split("\n")) {
            if (line.isEmpty() || line.startsWith("## ")) {
                continue;
            }
            String[] fields = line.split("\t", -1);
            answers.append(fields[0]).append('\t').append(answer(fields)).append('\n');
        }
        System.out.write(answers.toString().getBytes("UTF-8"));
        System.out.flush();
    }

    private static String answer(String[] fields) {
        Pattern pattern;
        try {
            pattern = Pattern.compile(text(fields[0]));
        } catch (PatternSyntaxException wrong) {
            return "invalid at " + wrong.getIndex();
        } catch (RuntimeException | StackOverflowError broken) {
            return "broken " + broken.getClass().getSimpleName();
        }
        StringBuilder marks = new StringBuilder("valid\t");
        for (int i = 1; i < fields.length; i++) {
            try {
                marks.append(pattern.matcher(text(fields[i])).matches() ? 'y' : 'n');
            } catch (RuntimeException | StackOverflowError broken) {
                marks.append('!');
            }
        }
        return marks.toString();
    }

    private static String text(String field) {
        return field.replace('␊', '\n').replace('␍', '\r').replace('␉', '\t');
    }
}
