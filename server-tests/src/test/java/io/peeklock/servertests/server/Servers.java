/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.server;

/** Chooses the server. Has no state but that; any thread. */
final class Servers {

    static final Server CURRENT = of(ServerSettings.fromSystem());

    private Servers() {}

    private static Server of(ServerSettings settings) {
        return switch (settings.name()) {
            case "glassfish", "payara" -> new GlassFishServer(settings);
            case "wildfly" -> new WildFlyServer(settings);
            case "openliberty" -> new OpenLibertyServer(settings);
            default -> throw new IllegalStateException("No server is called " + settings.name() + ": see Servers.");
        };
    }
}
