/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.test;

/**
 * When the messages of earlier tests are removed from the namespace of an application context that test classes share, because
 * Spring keeps it in its cache.
 */
public enum PurgeMode {
    /** Before each test class: what an earlier one has left behind is not there. */
    BEFORE_CLASS,

    /** Before each test. */
    BEFORE_EACH_TEST,

    NEVER
}
