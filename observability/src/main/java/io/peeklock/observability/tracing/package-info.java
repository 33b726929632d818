/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** OpenTelemetry traces of messages. */
@NullMarked
package io.peeklock.observability.tracing;

import org.jspecify.annotations.NullMarked;
