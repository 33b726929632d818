/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Journals that live and die with the process, for {@code mem:} namespaces. */
@NullMarked
package io.peeklock.journal.memory;

import org.jspecify.annotations.NullMarked;
