/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets go of records of the adapter. The JDK keeps, for all records of the process, the types of the one whose {@code equals},
 * {@code hashCode} or {@code toString} was linked last, and with them the adapter's class loader.
 *
 * <p>Has no state; any thread.
 */
final class RecordMethods {

    private static final Logger LOG = LoggerFactory.getLogger(RecordMethods.class);

    private RecordMethods() {}

    /** Links these methods for a class of the JDK, which it keeps from then on. */
    static void forget() {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MethodHandle component = lookup.findVirtual(String.class, "trim", MethodType.methodType(String.class));
            link(lookup, "equals", MethodType.methodType(boolean.class, String.class, Object.class), component);
            link(lookup, "hashCode", MethodType.methodType(int.class, String.class), component);
            link(lookup, "toString", MethodType.methodType(String.class, String.class), component);
        } catch (Throwable e) {
            // Another JDK may not take it: it keeps the adapter's classes then until the next record is linked.
            LOG.debug("The JDK does not let go of records", e);
        }
    }

    private static void link(MethodHandles.Lookup lookup, String method, MethodType type, MethodHandle component)
            throws Throwable {
        ObjectMethods.bootstrap(lookup, method, type, String.class, "component", component);
    }
}
