/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** A message is held for a while: it is deferred, and a scheduled one carries its number. */
@NullMarked
package io.peeklock.samples.hold;

import org.jspecify.annotations.NullMarked;
