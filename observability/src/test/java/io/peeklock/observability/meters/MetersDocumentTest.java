/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.observability.meters;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** docs/observability.md has exactly the meters that there are. */
final class MetersDocumentTest {

    @Test
    void theTablesAreThoseOfTheCode() throws IOException {
        List<String> expected = new ArrayList<>();
        for (EntityMeter meter : EntityMeter.values()) {
            expected.add(row(meter.meterName, meter.kind, tag("state", meter.state), meter.unit, meter.description));
        }
        for (PartitionMeter meter : PartitionMeter.values()) {
            expected.add("| `" + meter.meterName + "` | " + name(meter.kind) + cell(unit(meter.unit)) + " "
                    + meter.description + " |");
        }
        for (NamespaceMeter meter : NamespaceMeter.values()) {
            String tag = meter.tag == null ? "" : tag(meter.tag, meter.tagValue);
            expected.add(row(meter.meterName, MeterKind.GAUGE, tag, meter.unit, meter.description));
        }
        assertThat(Files.readAllLines(document()).stream()
                        .filter(line -> line.startsWith("| `peeklock."))
                        .toList())
                .isEqualTo(expected);
    }

    private static String row(String meter, MeterKind kind, String tag, MeterUnit unit, String description) {
        return "| `" + meter + "` | " + name(kind) + cell(tag)
                + cell(unit(unit)).substring(2) + " " + description + " |";
    }

    private static String name(MeterKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static String cell(String text) {
        return text.isEmpty() ? " | |" : " | " + text + " |";
    }

    private static String unit(MeterUnit unit) {
        return unit.baseUnit == null ? "" : unit.baseUnit;
    }

    private static String tag(String name, @Nullable String value) {
        return value == null ? "" : "`" + name + "=" + value + "`";
    }

    private static Path document() throws IOException {
        for (Path dir = Path.of("").toAbsolutePath(); dir != null; dir = dir.getParent()) {
            Path pom = dir.resolve("pom.xml");
            if (Files.exists(pom) && Files.readString(pom).contains("<modules>")) {
                return dir.resolve("docs").resolve("observability.md");
            }
        }
        throw new IllegalStateException("No parent pom above " + Path.of("").toAbsolutePath());
    }
}
