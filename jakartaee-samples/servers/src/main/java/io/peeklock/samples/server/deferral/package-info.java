/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Payments that come before their orders wait, deferred, and are worked on with them. */
@NullMarked
package io.peeklock.samples.server.deferral;

import org.jspecify.annotations.NullMarked;
