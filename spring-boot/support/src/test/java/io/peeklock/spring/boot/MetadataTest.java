/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.jms.config.Setting;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** What an editor shows of the properties, and that the documentation has the same. */
final class MetadataTest {

    @Test
    void everyPropertyHasADescription() throws Exception {
        Map<String, String> descriptions = descriptions();
        assertThat(descriptions).containsKeys("peeklock.url", "peeklock.pool.enabled", "peeklock.transactions.node");
        assertThat(descriptions)
                .allSatisfy((property, description) ->
                        assertThat(description).as(property).matches("(?s)[A-Z].*\\."));
    }

    @Test
    void everySettingIsAPropertyOrSuggestedAsAnOption() throws Exception {
        List<Map<?, ?>> hints = list("hints");
        Stream<String> suggested = hints.stream()
                .filter(hint -> hint.get("name").equals("peeklock.options.keys"))
                .flatMap(hint -> ((List<?>) hint.get("values")).stream())
                .map(value -> (String) ((Map<?, ?>) value).get("value"));
        // Some have another name, which says more.
        Stream<String> properties = descriptions().keySet().stream()
                .map(name -> name.replace("peeklock.", "")
                        .replace("users-file", "users")
                        .replace(".enabled", ""));
        List<String> reachable =
                Stream.concat(suggested, properties).map(MetadataTest::letters).toList();
        assertThat(Arrays.stream(Setting.values()).map(Setting::key).filter(key -> !reachable.contains(letters(key))))
                .isEmpty();
    }

    @Test
    void theDocumentationHasEachPropertyOnceWithItsDescription() throws Exception {
        String page = Files.readString(Path.of("../../docs/spring.md"));
        page = page.substring(page.indexOf("| property | default | meaning |"), page.indexOf("## Life cycle"));
        Map<String, String> documented = new TreeMap<>();
        page.lines()
                .filter(line -> line.matches("\\| `(peeklock|management)\\..*"))
                .forEach(line -> {
                    String[] cells = line.split(" *\\| *");
                    assertThat(documented.put(cells[1].replace("`", ""), cells[3]))
                            .as(line)
                            .isNull();
                });
        assertThat(documented).isEqualTo(descriptions());
    }

    private static String letters(String name) {
        return name.replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT);
    }

    private static Map<String, String> descriptions() throws Exception {
        Map<String, String> all = new TreeMap<>();
        for (Map<?, ?> property : list("properties")) {
            all.put((String) property.get("name"), String.valueOf(property.get("description")));
        }
        return all;
    }

    /** Of the support's own metadata, which each starter has on its class path beside Spring's. */
    private static List<Map<?, ?>> list(String section) throws Exception {
        for (URL url : Collections.list(
                MetadataTest.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
            try (InputStream in = url.openStream()) {
                // JSON is YAML, and Spring Boot has a parser for that with it.
                Map<String, List<Map<?, ?>>> metadata = new Yaml().load(in);
                List<Map<?, ?>> properties = metadata.get("properties");
                if (properties.stream().anyMatch(property -> "peeklock.url".equals(property.get("name")))) {
                    return metadata.get(section);
                }
            }
        }
        throw new AssertionError("no metadata of ours");
    }
}
