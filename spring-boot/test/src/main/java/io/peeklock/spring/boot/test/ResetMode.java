/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.test;

/**
 * When the namespace of an application context that test classes share, because Spring keeps it in its cache, is put back to what
 * it was when the context was ready: the same entities with the same settings, and no messages.
 */
public enum ResetMode {
    /** Before each test class that finds the context there; those that are nested in it count as that class. */
    BEFORE_CLASS,

    /** Before each test too. */
    BEFORE_EACH_TEST,

    NEVER
}
