/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
 * Runs what README.md shows: its first program, and each other piece of Java in the place of that program which the text gives
 * it, on a new store.
 *
 * <p>Not thread safe.
 */
final class ReadmeSnippetsTest {

    private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern PLACE = Pattern.compile("( *// ---\n).*?( *// ---\n)", Pattern.DOTALL);

    /** All pieces; the first is the program around the others. */
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
        assertThat(snippets()).hasSizeGreaterThan(15);
        assertThat(snippets().get(0)).contains("class Example").containsPattern(PLACE);
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void runAsTheyStand(String snippet, @TempDir Path directory) {
        assertThatCode(() -> run(snippet, directory)).as(snippet).doesNotThrowAnyException();
    }

    @Test
    void oneThatDoesNotCompileIsNoticed(@TempDir Path directory) {
        assertThatThrownBy(() -> run("PeekLocked.of(orders).brew();", directory))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("brew");
    }

    @Test
    void oneThatFailsIsNoticed(@TempDir Path directory) {
        assertThatThrownBy(() -> run("session.receiveDeferred(orders, 4711);", directory))
                .hasMessageContaining("4711");
    }

    /** Files go into the directory, where README says target. */
    private static void run(String snippet, Path directory) throws Exception {
        String frame = snippets().get(0);
        String program = snippet.equals(frame)
                ? frame
                : PLACE.matcher(frame).replaceFirst("$1" + Matcher.quoteReplacement(snippet) + "\n$2");
        String here = directory.toString().replace('\\', '/') + "/";
        Path classes = Files.createDirectory(directory.resolve("classes"));
        compile(program.replace("target/", here), classes);
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
            var main = loader.loadClass("Example").getDeclaredMethod("main", String[].class);
            main.setAccessible(true);
            main.invoke(null, (Object) new String[0]);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static void compile(String source, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///Example.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        try (StandardJavaFileManager files =
                compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
            files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
            List<String> options = List.of("-classpath", System.getProperty("java.class.path"), "-proc:none");
            StringWriter errors = new StringWriter();
            boolean compiled = compiler.getTask(errors, files, null, options, null, List.of(file))
                    .call();
            assertThat(compiled).as("%s%n%s", source, errors).isTrue();
        }
    }
}
