/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the build says of the server, in system properties.
 *
 * @param name that of the profile and of the container in arquillian.xml
 * @param home the unpacked distribution
 * @param work an own directory, for whatever the server writes
 * @param configuration the files of these tests for this server
 * @param portBase the first of the hundred ports that the server may use
 */
public record ServerSettings(String name, Path home, Path work, Path configuration, int portBase) {

    static ServerSettings fromSystem() {
        return new ServerSettings(
                property("peeklock.server"),
                Path.of(property("peeklock.server.home")),
                Path.of(property("peeklock.server.work")),
                Path.of(property("peeklock.server.configuration")),
                Integer.parseInt(property("peeklock.server.portBase")));
    }

    /** The files for the server whose names end so, in the order of their names. */
    List<Path> files(String extension) {
        try (Stream<Path> files = Files.list(configuration)) {
            return files.filter(file -> file.toString().endsWith("." + extension))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String property(String key) {
        String value = System.getProperty(key);
        if (value == null) {
            throw new IllegalStateException("The system property " + key + " is not set: run these tests with Maven.");
        }
        return value;
    }
}
