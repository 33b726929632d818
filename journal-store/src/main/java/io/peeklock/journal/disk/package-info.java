/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** The file system as the store sees it: a seam where tests put faults. */
@NullMarked
package io.peeklock.journal.disk;

import org.jspecify.annotations.NullMarked;
