/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.JournalStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Policies come, change and go at run time and are there after a restart. */
@Tag("Q6")
class PolicyAdministrationTest {
    private static final AccessPolicy APP = AccessPolicy.of("app", Claim.SEND);

    private TestBus bus = TestBus.simulated(2, TestBus.config(Profile.JMS));

    @AfterEach
    void close() {
        bus.close();
    }

    private AccessPolicy create(AccessPolicy policy) {
        return bus.get(bus.namespace.createPolicy(policy));
    }

    private void open(Profile profile) {
        bus.close();
        bus = TestBus.simulated(2, TestBus.config(profile));
        bus.create(QueueDescription.builder("orders"));
    }

    @ParameterizedTest
    @EnumSource
    void areCreatedChangedListedAndDeleted(Profile profile) {
        open(profile);
        AccessPolicy everywhere = create(APP);
        AccessPolicy there = create(APP.on(TestBus.ORDERS));
        assertThat(bus.get(bus.namespace.policies(null))).containsExactly(everywhere);
        assertThat(bus.get(bus.namespace.policy(TestBus.ORDERS, "app"))).isEqualTo(there);
        AccessPolicy changed = bus.get(bus.namespace.updatePolicy(there.withClaims(Claim.LISTEN)));
        assertThat(changed.claims()).containsExactly(Claim.LISTEN);
        bus.get(bus.namespace.deletePolicy(null, "app"));
        assertThat(bus.errorOf(bus.namespace.policy(null, "app"))).isEqualTo(ErrorCode.EntityNotFound);
        assertThat(bus.errorOf(bus.namespace.policies(EntityPath.queue("x")))).isEqualTo(ErrorCode.EntityNotFound);
        bus = bus.crashed();
        assertThat(bus.get(bus.namespace.policies(null))).isEmpty();
        assertThat(bus.get(bus.namespace.policies(TestBus.ORDERS))).containsExactly(changed);
    }

    @ParameterizedTest
    @EnumSource
    void areRefusedWhileTheirJournalIsOut(Profile profile) {
        open(profile);
        bus.store().failNextSync(JournalStore.DEFINITIONS, Reason.IO, 0);
        assertThat(bus.errorOf(bus.namespace.createPolicy(APP))).isEqualTo(ErrorCode.OutcomeUnknown);
        assertThat(bus.errorOf(bus.namespace.createPolicy(APP))).isEqualTo(ErrorCode.PartitionUnavailable);
        bus.get(bus.namespace.reopen(JournalStore.DEFINITIONS));
        assertThat(bus.get(bus.namespace.policies(null))).isEmpty();
        create(APP);
    }
}
