/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import io.peeklock.narayana.PeeklockTransactions;
import io.peeklock.narayana.RecoveryReport;
import java.util.Map;

/**
 * Whether transactions are recovered: down if something keeps them from it, and says what to do.
 *
 * <p>Thread safe.
 */
final class RecoveryHealth implements HealthCheck {

    private final PeeklockTransactions transactions;

    RecoveryHealth(PeeklockTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public boolean check(Map<String, Object> details) {
        RecoveryReport report = transactions.check();
        details.put("recovery", report.isLive() ? "live" : report.problems());
        return report.isLive();
    }
}
