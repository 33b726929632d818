/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration.jmx;

import io.peeklock.broker.entity.EntityPath;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/**
 * Names of the beans of one namespace: {@code io.peeklock:namespace="file:/var/lib/bus",type=Queue,name="orders"}. Whatever may be
 * any text is quoted, as {@link ObjectName#quote} does.
 *
 * <p>Immutable, thread safe.
 *
 * @param namespace its name
 */
record BeanNames(String namespace) {
    static final String DOMAIN = "io.peeklock";

    ObjectName ofNamespace() {
        return name("type=Namespace");
    }

    ObjectName ofPartition(int index) {
        return name("type=Partition,index=" + index);
    }

    ObjectName ofEntity(EntityPath path) {
        return switch (path.kind()) {
            case QUEUE -> name("type=Queue,name=" + ObjectName.quote(path.name()));
            case TOPIC -> name("type=Topic,name=" + ObjectName.quote(path.name()));
            case SUBSCRIPTION ->
                name("type=Subscription,topic=" + ObjectName.quote(path.name()) + ",name="
                        + ObjectName.quote(String.valueOf(path.subscription())));
        };
    }

    private ObjectName name(String rest) {
        try {
            return new ObjectName(DOMAIN + ":namespace=" + ObjectName.quote(namespace) + "," + rest);
        } catch (MalformedObjectNameException e) {
            throw new IllegalStateException("quoted names are names", e);
        }
    }
}
