/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of the journal on Artemis. */
@NullMarked
package io.peeklock.journal.artemis;

import org.jspecify.annotations.NullMarked;
