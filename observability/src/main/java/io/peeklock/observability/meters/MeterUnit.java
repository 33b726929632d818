/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.observability.meters;

import org.jspecify.annotations.Nullable;

/** Base units of meters, as Micrometer names them. */
enum MeterUnit {
    MESSAGES("messages"),
    BYTES("bytes"),
    SECONDS("seconds"),
    NONE(null);

    final @Nullable String baseUnit;

    MeterUnit(@Nullable String baseUnit) {
        this.baseUnit = baseUnit;
    }
}
