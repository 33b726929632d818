/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.observability.meters;

/** How a value goes. */
enum MeterKind {
    /** Up and down. NaN where it is not known. */
    GAUGE,
    /** Up only, but for a restart. Where it is not known it stays. */
    COUNTER
}
