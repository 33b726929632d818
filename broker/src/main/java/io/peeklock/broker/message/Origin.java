/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.message;

import org.jspecify.annotations.Nullable;

/**
 * Who sends a message, as far as subscriptions want to know that do not take their own (noLocal, rule R4). Never stored.
 *
 * <p>Immutable.
 *
 * @param connectionId identifies the connection in its namespace
 * @param clientId the connection's client identifier, null if it has none
 */
public record Origin(String connectionId, @Nullable String clientId) {}
