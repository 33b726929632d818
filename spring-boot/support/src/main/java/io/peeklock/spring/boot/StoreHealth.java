/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.PartitionHealth;
import io.peeklock.broker.PartitionHealth.State;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How the broker is: down if it is closed, or a partition, or the journal of definitions, has failed.
 *
 * <p>Thread safe.
 */
final class StoreHealth implements HealthCheck {

    private final PeeklockBus bus;

    StoreHealth(PeeklockBus bus) {
        this.bus = bus;
    }

    @Override
    public boolean check(Map<String, Object> details) {
        Namespace namespace = bus.namespace();
        details.put("provider", bus.provider());
        details.put("url", bus.url());
        details.put("store", namespace.isOpen() ? "open" : "closed");
        if (!namespace.isOpen()) {
            return false;
        }
        details.put("id", namespace.id().toString());
        details.put("partitions", namespace.partitions());
        List<PartitionHealth> partitions = health(namespace);
        if (partitions == null) {
            details.put("partitionsOut", "not to be seen by " + bus.settings().user() + ": it needs the claim Manage");
            return true;
        }
        Map<String, String> out = new TreeMap<>();
        for (PartitionHealth partition : partitions) {
            if (partition.state() == State.FAILED) {
                String name = partition.partition() < 0 ? "definitions" : Integer.toString(partition.partition());
                out.put(name, String.valueOf(partition.reason()));
            }
        }
        details.put("partitionsOut", out);
        List<String> warnings = namespace.warnings();
        if (!warnings.isEmpty()) {
            details.put("warnings", warnings);
        }
        return out.isEmpty();
    }

    /** Null if the user may not know. */
    private static @Nullable List<PartitionHealth> health(Namespace namespace) {
        try {
            return namespace.health();
        } catch (BrokerException e) {
            if (e.code() == ErrorCode.Unauthorized) {
                return null;
            }
            throw e;
        }
    }
}
