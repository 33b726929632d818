/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Which partition a message goes to, and which keys are allowed. */
@NullMarked
package io.peeklock.broker.routing;

import org.jspecify.annotations.NullMarked;
