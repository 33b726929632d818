/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Transactions of a real transaction manager over two namespaces and a database, in processes that are killed: afterwards all
 * three have the effect or none.
 */
@NullMarked
package io.peeklock.systemtests.xa;

import org.jspecify.annotations.NullMarked;
