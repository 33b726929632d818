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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows whoever comes again with a policy's name and key as the same user (rule Q6).
 *
 * <p>Thread safe.
 */
final class Bearers {
    private final Definitions definitions;
    /** By name and key, the temporary entities of each user; as many as keys were in use since the namespace was opened. */
    private final Map<List<String>, Set<Long>> temporaries = new HashMap<>();

    Bearers(Definitions definitions) {
        this.definitions = definitions;
    }

    /** @throws BrokerException Unauthorized if no policy has that name and key */
    synchronized Bearer of(String name, String key) {
        Set<Long> ofUser = temporaries.getOrDefault(List.of(name, key), ConcurrentHashMap.newKeySet());
        Bearer bearer = new Bearer(definitions, name, key, ofUser);
        temporaries.put(List.of(name, key), ofUser);
        return bearer;
    }
}
