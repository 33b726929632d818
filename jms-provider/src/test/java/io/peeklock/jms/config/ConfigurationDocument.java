/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes {@code docs/configuration.md} from {@link Setting}; run {@link #main} after a change there.
 *
 * <p>Stateless, thread safe.
 */
final class ConfigurationDocument {

    private ConfigurationDocument() {}

    public static void main(String[] args) throws IOException {
        Files.writeString(file(), render(), StandardCharsets.UTF_8);
    }

    static Path file() throws IOException {
        for (Path dir = Path.of("").toAbsolutePath(); dir != null; dir = dir.getParent()) {
            Path pom = dir.resolve("pom.xml");
            if (Files.exists(pom) && Files.readString(pom).contains("<modules>")) {
                return dir.resolve("docs").resolve("configuration.md");
            }
        }
        throw new IllegalStateException("No parent pom above " + Path.of("").toAbsolutePath());
    }

    static String render() {
        StringBuilder text = new StringBuilder();
        text.append("""
                # Configuration

                A connection factory is told everything by its URL:

                ```
                peeklock:file:/var/lib/bus?partitions=16&operationTimeout=30s
                peeklock:mem:orders?autoCreate.partitioned=true
                ```

                `peeklock:file:` is followed by the directory of the store: absolute, relative to the working directory, or a
                Windows path (`peeklock:file:C:\\bus`). `peeklock:mem:` is followed by a name: factories of one class loader with
                the same name share one broker, which is gone when it closes. In path, name and values, `%` begins a
                percent-encoded byte (UTF-8); `?` in a path is written `%3F`, `&` in a value `%26`, `%` itself `%25`. A key that is
                not in the tables below, a value out of its range or the same key twice is an error that says what is allowed.

                In a program, `ConnectionFactorySettings.file(directory)` and `.memory(name)` build the same. The factory without
                arguments connects to `peeklock:mem:default`. How to find factories through JNDI is in [messages](messages.md#jndi).

                | type | how it is written |
                |---|---|
                | duration | a number and `ms`, `s`, `min`, `h` or `d`; or ISO 8601: `PT30S`; `0` needs no unit |
                | size | a number of bytes; or a number and `KB`, `MB`, `GB`, `TB` or `KiB` and so on, which mean the same: 1 KB is 1,024 bytes |
                | flag | `true` or `false` |
                | list | with commas between |

                """);
        section(text, Setting.Scope.STORE, "The broker", "All factories that share a broker must agree on these.");
        section(text, Setting.Scope.FILE_STORE, "A broker on disk", "Not allowed with `peeklock:mem:`.");
        text.append("| `")
                .append(PartitionDirectoryKey.PATTERN)
                .append("` | text | in the store's directory | a directory | Puts partition N, counted from 0, into a"
                        + " directory of its own, such as on another disk (P14). Remembered by the store. |\n\n");
        section(
                text,
                Setting.Scope.CONNECTION,
                "The factory and its connections",
                "Each factory has its own, also where it shares a broker.");
        text.append("Ids in brackets are the rules of the bus that a setting belongs to.\n");
        return text.toString();
    }

    private static void section(StringBuilder text, Setting.Scope scope, String title, String about) {
        text.append("## ").append(title).append("\n\n").append(about).append("\n\n");
        text.append("| key | type | default | allowed | meaning |\n|---|---|---|---|---|\n");
        for (Setting setting : Setting.values()) {
            if (setting.scope() == scope) {
                text.append(String.format(
                        "| `%s` | %s | %s | %s | %s |\n",
                        setting.key(), setting.type(), setting.defaultText(), setting.range(), setting.description()));
            }
        }
        text.append(scope == Setting.Scope.FILE_STORE ? "" : "\n");
    }
}
