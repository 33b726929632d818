/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** The declarative file of a namespace: read, checked, applied and written. */
@NullMarked
package io.peeklock.administration;

import org.jspecify.annotations.NullMarked;
