/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** The directory of a store: its identity, its lock, its mark of an unclean stop, and where each journal lies. */
@NullMarked
package io.peeklock.journal.directory;

import org.jspecify.annotations.NullMarked;
