/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Message-driven beans in a container that is just large enough. */
@NullMarked
package io.peeklock.ra.inbound;

import org.jspecify.annotations.NullMarked;
