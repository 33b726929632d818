/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Partition journals on the Artemis journal: the only package that sees Artemis. */
@NullMarked
package io.peeklock.journal.artemis;

import org.jspecify.annotations.NullMarked;
