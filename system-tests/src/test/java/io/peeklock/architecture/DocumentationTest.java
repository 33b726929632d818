/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Holds the documents to what is there: the tests that they name as proof, and the files that they link to.
 *
 * <p>Not thread safe.
 */
final class DocumentationTest {

    private static final Pattern LINK = Pattern.compile("]\\((?!https?:|mailto:)([^)#]+)(#[^)]*)?\\)");
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    /** A test class, and behind dots nested classes and at last a method. */
    private static final Pattern PROOF = Pattern.compile("([A-Z]\\w+(?:Test|IT|Contract))((?:\\.\\w+)*)");
    /** Stand for any test: {@code XCrashTest}. */
    private static final Pattern PLACEHOLDER = Pattern.compile("X(Simulation|Crash)?(Test|IT)");

    private static final Map<String, String> TESTS = new HashMap<>();

    @BeforeAll
    static void readTests() throws IOException {
        for (Path file : Repository.javaFiles()) {
            String name = file.getFileName().toString().replace(".java", "");
            if (PROOF.matcher(name).matches()) {
                TESTS.put(name, Files.readString(file));
            }
        }
    }

    @Test
    void areFound() throws IOException {
        assertThat(Repository.documents())
                .extracting(path -> path.getFileName().toString())
                .contains("README.md", "reliability.md");
        assertThat(TESTS).containsKey("DocumentationTest");
    }

    @Test
    void linkToFilesThatAreThere() throws IOException {
        List<String> dead = new ArrayList<>();
        for (Path document : Repository.documents()) {
            Matcher link = LINK.matcher(Files.readString(document));
            while (link.find()) {
                if (!Files.exists(document.resolveSibling(link.group(1)))) {
                    dead.add(document.getFileName() + ": " + link.group(1));
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    @Test
    void nameTestsThatAreThere() throws IOException {
        List<String> unknown = new ArrayList<>();
        for (Path document : Repository.documents()) {
            CODE.matcher(Files.readString(document))
                    .results()
                    .map(code -> PROOF.matcher(code.group(1)))
                    .filter(Matcher::matches)
                    .filter(proof -> !PLACEHOLDER.matcher(proof.group(1)).matches())
                    .filter(proof -> !isThere(proof.group(1), proof.group(2)))
                    .forEach(proof -> unknown.add(document.getFileName() + ": " + proof.group()));
        }
        assertThat(unknown).isEmpty();
    }

    private static boolean isThere(String test, String members) {
        String source = TESTS.get(test);
        return source != null
                && Stream.of(members.split("\\."))
                        .filter(member -> !member.isEmpty())
                        .allMatch(member -> Pattern.compile("\\b(class|void) " + member + "\\b")
                                .matcher(source)
                                .find());
    }
}
