/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.xa;

/**
 * What a place is for in the transactions: from one an order is taken, in the others it is noted.
 *
 * <p>Immutable.
 */
enum Role {
    ORDERS,
    ROWS,
    SHIPMENTS
}
