/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Looks into a store from outside: a command-line program that reads and never writes. */
@NullMarked
package io.peeklock.journal.inspect;

import org.jspecify.annotations.NullMarked;
