/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code peeklock.transactions.*}, for where Narayana is the transaction manager. Immutable.
 *
 * @param enabled Whether Narayana is set up as transaction manager, where peeklock-narayana is there.
 * @param node Id of the transaction manager: 1 to 28 bytes, the same after each restart, and of no other process that uses the same stores or databases.
 * @param directory Directory of the transaction log. As precious as the store, and not in it.
 * @param timeout How long a transaction may take that sets nothing else, in whole seconds; 0 for ever.
 * @param recoveryPeriod From one scan for transactions to recover to the next, in whole seconds.
 * @param recoveryBackOff From the first to the second pass of a scan, in whole seconds.
 * @param orphanSafety For how long a prepared branch that is not in the log is left alone. Longer than the back-off.
 * @param acceptingNewLog Whether stores take this log for that of the node id, even if they know another one. For one start, after the log was lost and what its transactions have done was looked at.
 */
@ConfigurationProperties("peeklock.transactions")
public record PeeklockTransactionsProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable String node,
        @Nullable String directory,
        @DefaultValue("60s") Duration timeout,
        @DefaultValue("2m") Duration recoveryPeriod,
        @DefaultValue("10s") Duration recoveryBackOff,
        @DefaultValue("20s") Duration orphanSafety,
        @DefaultValue("false") boolean acceptingNewLog) {}
