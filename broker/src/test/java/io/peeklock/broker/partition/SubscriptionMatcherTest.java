/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import org.junit.jupiter.api.Test;

/** Which messages a subscription takes, when its filter is not as it should be. */
class SubscriptionMatcherTest {

    @Test
    void whoseFilterFailsFailsTheSendAndNotThePartition() {
        SubscriptionMatcher failing =
                SubscriptionMatcher.of(SubscriptionFilter.ALL, (message, redeliveries, changes) -> {
                    throw new IllegalStateException("unexpected");
                });
        assertThatThrownBy(() -> failing.takes(OnePartition.message(1)))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("failed on it (java.lang.IllegalStateException: unexpected)")
                .hasMessageContaining("update or delete the subscription")
                .extracting(e -> ((BrokerException) e).code())
                .isEqualTo(ErrorCode.InvalidOperation);
    }

    @Test
    void costsWhatItsFilterCosts() {
        assertThat(SubscriptionMatcher.of(SubscriptionFilter.ALL).cost()).isZero();
        assertThat(SubscriptionMatcher.of(SubscriptionFilter.of("a = '" + "x".repeat(1024) + "'"))
                        .cost())
                .isGreaterThan(4);
    }
}
