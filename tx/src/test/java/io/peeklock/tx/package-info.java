/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Transactions proved on a simulated bus. */
@NullMarked
package io.peeklock.tx;

import org.jspecify.annotations.NullMarked;
