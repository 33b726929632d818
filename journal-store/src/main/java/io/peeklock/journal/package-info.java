/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Makes batches of records durable, one journal a partition; knows bytes, not messages. */
@NullMarked
package io.peeklock.journal;

import org.jspecify.annotations.NullMarked;
