/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.junit;

/** How long a namespace of {@link UsePeeklock} lives. */
public enum NamespaceScope {

    /** Each test has its own, each invocation of a parameterized or repeated one too. */
    TEST,

    /** All tests of a class have one, those of its nested classes too. */
    CLASS
}
