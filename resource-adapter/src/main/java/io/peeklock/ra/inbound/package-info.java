/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Message-driven beans: activation, delivery, redelivery. */
@NullMarked
package io.peeklock.ra.inbound;

import org.jspecify.annotations.NullMarked;
