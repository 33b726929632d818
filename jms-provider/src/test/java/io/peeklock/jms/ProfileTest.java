/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.jms.config.ConnectionFactorySettings;
import io.peeklock.tx.TransactionSettings;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What differs between the profiles, as far as it is the provider's: table of the profiles. */
class ProfileTest {

    private static SessionSettings settings(String options) {
        return SessionSettings.of(ConnectionFactorySettings.parse("peeklock:mem:x" + options));
    }

    @ParameterizedTest
    @EnumSource
    void locksAreRenewedAsTheTableSays(SessionMode mode) {
        Duration forever = ReceiverOptions.FOREVER;
        Duration fiveMinutes = Duration.ofMinutes(5);
        Duration jms = switch (mode) {
            case AUTO, DUPS_OK, TRANSACTED, XA -> forever;
            case CLIENT, INDIVIDUAL -> fiveMinutes;
            case PRE -> Duration.ZERO;
        };
        Duration azure = switch (mode) {
            case TRANSACTED, XA -> forever;
            case AUTO, DUPS_OK, CLIENT, INDIVIDUAL -> fiveMinutes;
            case PRE -> Duration.ZERO;
        };
        assertThat(settings("").autoRenew(mode)).isEqualTo(jms);
        assertThat(settings("?profile=azure").autoRenew(mode)).isEqualTo(azure);
    }

    @Test
    void renewalForTheClientIsASetting() {
        assertThat(settings("?lockRenewal=none").autoRenew(SessionMode.CLIENT)).isZero();
        assertThat(settings("?lockRenewal=session").autoRenew(SessionMode.INDIVIDUAL))
                .isEqualTo(ReceiverOptions.FOREVER);
        assertThat(settings("?lockRenewal=7s").autoRenew(SessionMode.CLIENT)).hasSeconds(7);
    }

    @Test
    @Tag("P11")
    @Tag("X2")
    @Tag("X3")
    void limitsOfTransactionsAreTheProfilesUnlessTheyAreSet() {
        assertThat(settings("?bodyMemory=5MiB").transactions())
                .isEqualTo(TransactionSettings.of(Profile.JMS).withMaxSendBytes(5 << 20));
        assertThat(settings("?bodyMemory=5MiB&profile=azure").transactions())
                .isEqualTo(TransactionSettings.of(Profile.AZURE).withMaxSendBytes(5 << 20));
        String set = "&transactionTimeout=3s&maxTransactionMessages=4&maxTransactionSize=5KB&maxTransactionReceived=6"
                + "&crossPartition=true";
        for (String profile : List.of("jms", "azure")) {
            assertThat(settings("?profile=" + profile + set).transactions())
                    .isEqualTo(
                            new TransactionSettings(Duration.ofSeconds(3), 4, 5 << 10, 6, profile.equals("jms"), true));
        }
        assertThat(settings("?profile=azure&transactionTimeout=none")
                        .transactions()
                        .timeout())
                .isNull();
    }

    @Test
    @Tag("P11")
    void anUnkeyedSendInATransactionIsRefusedInAzure() throws JMSException {
        try (TestBroker broker = new TestBroker("?profile=azure&autoCreate.partitioned=true&partitions=4")) {
            Session session = broker.session(Session.SESSION_TRANSACTED);
            MessageProducer producer = session.createProducer(broker.queue("parts"));
            assertThatThrownBy(() -> producer.send(session.createTextMessage("unkeyed")))
                    .isInstanceOf(IllegalStateException.class);
            TextMessage keyed = session.createTextMessage("keyed");
            keyed.setStringProperty("JMS_SB_PartitionKey", "k");
            producer.send(keyed);
            session.commit();
            assertThat(broker.drain("parts")).containsExactly("keyed");
        }
    }
}
