/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Payments that arrive before their orders wait, deferred, and are worked on in the order of the workflow. */
@NullMarked
package io.peeklock.samples.payments;

import org.jspecify.annotations.NullMarked;
