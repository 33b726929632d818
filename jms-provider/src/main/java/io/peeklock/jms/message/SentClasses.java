/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The classes of which the applications of one broker have put objects into messages since it was opened: they mean
 * them to be in messages, and may read them again.
 *
 * <p>Thread safe. Holds names, never classes, so that an application can be undeployed. Classes of the JDK are not
 * learned: which of those are harmless is known.
 */
public final class SentClasses {

    /** Learns nothing. */
    public static final SentClasses NONE = new SentClasses(0);

    private static final Logger LOG = LoggerFactory.getLogger(SentClasses.class);
    private static final int MAX_CLASSES = 10_000;

    private final int max;
    private final Set<String> names = ConcurrentHashMap.newKeySet();
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    public SentClasses() {
        this(MAX_CLASSES);
    }

    private SentClasses(int max) {
        this.max = max;
    }

    void add(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        String name = element.getName();
        if (!element.isPrimitive() && !JdkClasses.areOf(name) && names.size() < max) {
            names.add(name);
        }
    }

    /** Whether a class may be read because it was sent; says once what comes of relying on that. */
    boolean contains(String name) {
        if (!names.contains(name)) {
            return false;
        }
        if (told.add(name)) {
            LOG.warn(
                    "objects of {} are read from messages since this process has sent some; name the class or its package in"
                            + " the option trustedPackages, or messages that outlive the process cannot be read",
                    name);
        }
        return true;
    }
}
