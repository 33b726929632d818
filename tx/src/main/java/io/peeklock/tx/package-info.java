/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Local and XA transactions over partitions. */
@NullMarked
package io.peeklock.tx;

import org.jspecify.annotations.NullMarked;
