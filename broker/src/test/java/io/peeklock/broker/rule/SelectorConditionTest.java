/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import org.junit.jupiter.api.Test;

/** Which messages a subscription takes, when its selector is not as it should be. */
class SelectorConditionTest {
    private final MessageView message = new MessageView(Message.builder().build(), () -> 1);

    @Test
    void thatFailsFailsTheSendAndNotThePartition() {
        RuleCondition failing = new SelectorCondition(SubscriptionFilter.ALL, (message, redeliveries, changes) -> {
            throw new IllegalStateException("unexpected");
        });
        assertThatThrownBy(() -> failing.takes(message))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("failed on it (java.lang.IllegalStateException: unexpected)")
                .hasMessageContaining("update or delete the subscription")
                .extracting(e -> ((BrokerException) e).code())
                .isEqualTo(ErrorCode.InvalidOperation);
    }

    @Test
    void costsWhatItsSelectorCosts() {
        assertThat(SelectorCondition.of(SubscriptionFilter.ALL).cost()).isZero();
        assertThat(SelectorCondition.of(SubscriptionFilter.of("a = '" + "x".repeat(1024) + "'"))
                        .cost())
                .isGreaterThan(4);
    }
}
