/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compiles what README.md shows: each piece of Java as the body of a method, beside the things that the text around it
 * speaks of.
 *
 * <p>Not thread safe.
 */
final class ReadmeSnippetsTest {

    private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    /** What the pieces take for granted; a piece may declare a name anew. */
    private static final String AROUND = """
            class Snippet {
                PeeklockConnectionFactory factory;
                Connection connection;
                JMSContext context;
                Session session;
                BusSession bus;
                Namespace namespace;
                Queue queue;
                Queue orders;
                MessageProducer producer;
                MessageConsumer payments;
                Message message;
                Message received;

                void brew(Message message) {}

                void run() throws Exception {
            %s
                }
            }
            """;

    private static final List<String> IMPORTS = List.of(
            "import static java.nio.charset.StandardCharsets.UTF_8;",
            "import io.peeklock.administration.*;",
            "import io.peeklock.broker.*;",
            "import io.peeklock.broker.entity.*;",
            "import io.peeklock.broker.rule.*;",
            "import io.peeklock.broker.selector.*;",
            "import io.peeklock.jms.*;",
            "import jakarta.jms.Connection;",
            "import jakarta.jms.JMSConsumer;",
            "import jakarta.jms.JMSContext;",
            "import jakarta.jms.Message;",
            "import jakarta.jms.MessageConsumer;",
            "import jakarta.jms.MessageProducer;",
            "import jakarta.jms.Queue;",
            "import jakarta.jms.Session;",
            "import jakarta.jms.Topic;",
            "import java.nio.file.Files;",
            "import java.nio.file.Path;",
            "import java.time.Duration;",
            "import java.time.Instant;");

    static List<String> snippets() throws IOException {
        List<String> snippets = new ArrayList<>();
        Matcher matcher = SNIPPET.matcher(Files.readString(Repository.root().resolve("README.md")));
        while (matcher.find()) {
            snippets.add(matcher.group(1));
        }
        return snippets;
    }

    @Test
    void areFound() throws IOException {
        assertThat(snippets()).hasSizeGreaterThan(8);
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void compile(String snippet, @TempDir Path classes) throws IOException {
        StringWriter errors = new StringWriter();
        assertThat(compile(source(snippet), classes, errors))
                .as("%s%n%s", snippet, errors)
                .isTrue();
    }

    @Test
    void oneThatIsWrongIsNoticed(@TempDir Path classes) throws IOException {
        assertThat(compile(source("PeekLocked.of(message).brew();"), classes, new StringWriter()))
                .isFalse();
    }

    private static String source(String snippet) {
        List<String> lines = snippet.lines().toList();
        String own = String.join(
                "\n", lines.stream().filter(line -> line.startsWith("import ")).toList());
        String body = String.join(
                "\n", lines.stream().filter(line -> !line.startsWith("import ")).toList());
        return String.join("\n", IMPORTS) + "\n" + own + "\n" + AROUND.formatted(body);
    }

    private static boolean compile(String source, Path classes, StringWriter errors) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        try (StandardJavaFileManager files =
                compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
            files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
            List<String> options = List.of("-classpath", System.getProperty("java.class.path"), "-proc:none");
            return compiler.getTask(
                            errors, files, null, options, null, Stream.of(file).toList())
                    .call();
        }
    }
}
