/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.entity.Definitions;
import io.peeklock.broker.error.BrokerException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Everybody who has come with a policy's name and key, each one once: whoever comes with them again is the same (rule Q6).
 *
 * <p>Thread safe.
 */
final class Bearers {
    private final Definitions definitions;
    /** By name and key. Whose policy has gone leaves when somebody comes. */
    private final Map<List<String>, Bearer> known = new HashMap<>();

    Bearers(Definitions definitions) {
        this.definitions = definitions;
    }

    /** @throws BrokerException Unauthorized if no policy has that name and key */
    synchronized Bearer of(String name, String key) {
        // Before anything is looked up by a key: whether it is one takes equally long to say.
        Bearer bearer = new Bearer(definitions, name, key);
        known.values().removeIf(gone -> gone.refusalOfAll() != null);
        Bearer before = known.putIfAbsent(List.of(name, key), bearer);
        return before == null ? bearer : before;
    }
}
