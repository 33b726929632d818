/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** An order goes from a queue into a table and on to another queue, in one global transaction. */
@NullMarked
package io.peeklock.samples.server.transfer;

import org.jspecify.annotations.NullMarked;
