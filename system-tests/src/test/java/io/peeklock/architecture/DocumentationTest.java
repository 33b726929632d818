/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.jms.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Holds the documents to what is there: the tests that they name as proof, the files and sections that they link to, and the
 * methods that the table of Azure's names gives.
 *
 * <p>Not thread safe.
 */
final class DocumentationTest {

    private static final Pattern LINK = Pattern.compile("]\\((?!https?:|mailto:)([^)#]+)(#[^)]*)?\\)");
    private static final Pattern SECTION_LINK = Pattern.compile("]\\((?!https?:|mailto:)([^)#]*)#([^)]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);
    private static final Pattern FENCED = Pattern.compile("```.*?```", Pattern.DOTALL);
    private static final Pattern METHOD = Pattern.compile("([A-Z]\\w+)\\.([a-z]\\w+)");
    private static final List<String> PACKAGES =
            List.of("io.peeklock.jms.", "io.peeklock.broker.", "io.peeklock.broker.entity.", "jakarta.jms.");
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

    @Test
    void linkToSectionsThatAreThere() throws IOException {
        List<String> dead = new ArrayList<>();
        for (Path document : Repository.documents()) {
            Matcher link = SECTION_LINK.matcher(Files.readString(document));
            while (link.find()) {
                Path target = link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1));
                if (Files.exists(target) && !sections(target).contains(link.group(2))) {
                    dead.add(document.getFileName() + ": " + link.group());
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    @Test
    void nameMethodsThatAreThereBesideAzures() throws IOException {
        List<String> named = CODE.matcher(Files.readString(Repository.root().resolve("docs/azure-sdk.md")))
                .results()
                .map(code -> code.group(1))
                .filter(code -> METHOD.matcher(code).matches())
                .toList();
        assertThat(named).hasSizeGreaterThan(40);
        assertThat(named).filteredOn(method -> !isMethod(method)).isEmpty();
    }

    /** In the last column of each row: what turns it, or that nothing does. */
    @Test
    void nameTheSwitchOfEverySurprise() throws IOException {
        String semantics = Files.readString(Repository.root().resolve("docs/semantics.md"));
        List<String> switches = semantics
                .substring(semantics.indexOf("\n## Surprises"))
                .lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| what the sources say"))
                .map(line -> line.substring(line.lastIndexOf('|', line.length() - 2) + 1, line.length() - 1)
                        .strip())
                .toList();
        assertThat(switches).hasSizeGreaterThan(70).noneMatch(String::isEmpty);
        List<String> named = switches.stream()
                .flatMap(cell -> CODE.matcher(cell).results())
                .map(code -> code.group(1).replaceAll("[=(].*", ""))
                .toList();
        assertThat(named).hasSizeGreaterThan(25);
        assertThat(named).filteredOn(name -> !isSwitch(name)).isEmpty();
    }

    /** An option of the factory's URL, a setting of an entity, a property, or a call. */
    private static boolean isSwitch(String name) {
        return Stream.of(Setting.values()).anyMatch(setting -> setting.key().equals(name))
                || name.equals("JMS_SB_PartitionKey")
                || hasMethod("io.peeklock.broker.entity.QueueDescription$Builder", name)
                || hasMethod("io.peeklock.broker.entity.SubscriptionDescription$Builder", name)
                || hasMethod("io.peeklock.jms.PeekLocked", name);
    }

    /** Of a file, as GitHub makes links of its headings. */
    private static Set<String> sections(Path file) throws IOException {
        return HEADING.matcher(FENCED.matcher(Files.readString(file)).replaceAll(""))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w\\- ]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static boolean isMethod(String name) {
        String type = name.substring(0, name.indexOf('.'));
        String method = name.substring(name.indexOf('.') + 1);
        return PACKAGES.stream().anyMatch(place -> hasMethod(place + type, method));
    }

    private static boolean hasMethod(String type, String method) {
        try {
            return Stream.of(Class.forName(type, false, DocumentationTest.class.getClassLoader())
                            .getMethods())
                    .anyMatch(candidate -> candidate.getName().equals(method));
        } catch (ClassNotFoundException e) {
            return false;
        }
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
