/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Micrometer meters of a namespace. */
@NullMarked
package io.peeklock.observability.meters;

import org.jspecify.annotations.NullMarked;
