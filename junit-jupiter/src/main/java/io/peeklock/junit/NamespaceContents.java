/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.junit;

/** Tells with the failure of a test what was in its namespace then. Has no stack trace; is never thrown. */
final class NamespaceContents extends Exception {
    private static final long serialVersionUID = 1L;

    NamespaceContents(String contents) {
        super(contents, null, false, false);
    }
}
