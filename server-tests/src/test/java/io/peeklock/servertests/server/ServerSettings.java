/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.server;

import java.nio.file.Path;

/**
 * What the build says of the server, in system properties.
 *
 * @param name that of the profile and of the container in arquillian.xml
 * @param home the unpacked distribution
 * @param work an own directory, for whatever the server writes
 * @param adapter the packed adapter
 * @param configuration the directory of what the adapter offers to administrators of this server
 * @param portBase the first of the hundred ports that the server may use
 */
public record ServerSettings(String name, Path home, Path work, Path adapter, Path configuration, int portBase) {

    static ServerSettings fromSystem() {
        return new ServerSettings(
                property("peeklock.server"),
                Path.of(property("peeklock.server.home")),
                Path.of(property("peeklock.server.work")),
                Path.of(property("peeklock.server.adapter")),
                Path.of(property("peeklock.server.configuration")),
                Integer.parseInt(property("peeklock.server.portBase")));
    }

    private static String property(String key) {
        String value = System.getProperty(key);
        if (value == null) {
            throw new IllegalStateException("The system property " + key + " is not set: run these tests with Maven.");
        }
        return value;
    }
}
