/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.testing;

/**
 * Tells with the failure of a test, as its suppressed exception, what was in its namespace then. Has no stack trace; is never
 * thrown.
 */
public final class NamespaceContents extends Exception {
    private static final long serialVersionUID = 1L;

    private NamespaceContents(String contents) {
        super(contents, null, false, false);
    }

    /** Adds to a failure what is in the namespace, or why that cannot be said. Never throws. */
    public static void addTo(Throwable failure, TestNamespace namespace) {
        String contents;
        try {
            contents = namespace.describe();
        } catch (RuntimeException e) {
            contents = namespace + " cannot be looked into: " + e;
        }
        failure.addSuppressed(new NamespaceContents(contents));
    }
}
