/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Policies among the definitions: limits, and what becomes of them with their entities and their journal. */
@Tag("Q6")
class PolicyDefinitionsTest extends DefinitionsFixture {
    private static final EntityPath QUEUE = EntityPath.queue("orders");
    private static final AccessPolicy APP = AccessPolicy.of("app", Claim.SEND);

    private final SecureRandom random = new SecureRandom();

    @BeforeEach
    void createQueue() {
        create("orders");
    }

    private AccessPolicy create(AccessPolicy policy) {
        return definitions.policies().create(policy, random).join();
    }

    private static AccessKey requireKey(@Nullable AccessKey key) {
        assertThat(key).isNotNull();
        return key;
    }

    @Nested
    class Creating {

        @Test
        void makesKeysWhereNoneAreGiven() {
            AccessKey given = AccessKey.of("my-own-key");
            AccessPolicy created = create(APP.on(QUEUE).withPrimaryKey(given));
            assertThat(created.primaryKey()).isEqualTo(given);
            assertThat(requireKey(created.secondaryKey()).text()).hasSize(44);
            assertThat(definitions.policies().require(QUEUE, "app")).isEqualTo(created);
        }

        @Test
        void isDurable() throws JournalException {
            List<AccessPolicy> created = List.of(create(APP), create(APP.on(QUEUE)));
            restart();
            assertThat(definitions.policies().list(null)).containsExactly(created.get(0));
            assertThat(definitions.policies().list(QUEUE)).containsExactly(created.get(1));
            assertThat(definitions.readOnlyReason()).isEmpty();
        }

        @Test
        void isRefusedForANameThatIsTakenThere() {
            create(APP.on(QUEUE));
            refused(definitions.policies().create(APP.on(QUEUE), random), ErrorCode.EntityAlreadyExists);
            create(APP);
            create(AccessPolicy.of("App", Claim.SEND));
        }

        @Test
        void isRefusedBeyondTheLimitOfEachEntityAndOfTheNamespace() throws JournalException {
            restartWith(new EntityLimits(true, false, 1, Long.MAX_VALUE, 1, 9, 1, 9, 9, 9, 2));
            for (EntityPath path : new EntityPath[] {QUEUE, null}) {
                AccessPolicy first = new AccessPolicy(path, "a", APP.claims(), null, null);
                create(first);
                create(new AccessPolicy(path, "b", APP.claims(), null, null));
                AccessPolicy third = new AccessPolicy(path, "c", APP.claims(), null, null);
                refused(definitions.policies().create(third, random), ErrorCode.QuotaExceeded)
                        .hasMessageContaining("has 2 policies");
                definitions.policies().update(first.withClaims(Claim.LISTEN)).join();
                definitions.policies().delete(path, "a").join();
                create(third);
            }
        }

        @Test
        void isLimitedToTwelve() {
            assertThat(EntityLimits.JMS.maxPolicies()).isEqualTo(12);
            assertThat(EntityLimits.AZURE.maxPolicies()).isEqualTo(12);
        }

        @Test
        void isRefusedWhereThereIsNothingOrOnlySomethingTemporary() {
            refused(definitions.policies().create(APP.on(EntityPath.queue("x")), random), ErrorCode.EntityNotFound);
            definitions
                    .create(QueueDescription.builder("t").temporary(true).build())
                    .join();
            refused(definitions.policies().create(APP.on(EntityPath.queue("t")), random), ErrorCode.InvalidOperation);
        }

        @Test
        void takesAnIdThatNobodyElseHas() {
            create(APP);
            long id = definitions.policies().named("app").iterator().next().id();
            assertThat(create("later").id()).isGreaterThan(id);
        }
    }

    @Nested
    class Changing {

        @Test
        void keepsKeysThatAreNotGiven() throws JournalException {
            AccessPolicy created = create(APP.on(QUEUE));
            AccessKey next = AccessKey.of("the-next-key");
            AccessPolicy changed = definitions
                    .policies()
                    .update(APP.on(QUEUE).withClaims(Claim.LISTEN).withSecondaryKey(next))
                    .join();
            assertThat(changed.primaryKey()).isEqualTo(created.primaryKey());
            assertThat(changed.secondaryKey()).isEqualTo(next);
            assertThat(changed.claims()).containsExactly(Claim.LISTEN);
            restart();
            assertThat(definitions.policies().list(QUEUE)).containsExactly(changed);
        }

        @Test
        void isRefusedForWhatIsNotThere() {
            refused(definitions.policies().update(APP), ErrorCode.EntityNotFound);
            refused(definitions.policies().delete(QUEUE, "app"), ErrorCode.EntityNotFound);
        }

        @Test
        void isSeenByWhoKeepsTheStamp() {
            Object before = definitions.policies().stamp();
            create(APP);
            Object created = definitions.policies().stamp();
            assertThat(created).isNotSameAs(before);
            definitions.policies().update(APP.withClaims(Claim.LISTEN)).join();
            Object changed = definitions.policies().stamp();
            assertThat(changed).isNotSameAs(created);
            definitions.policies().delete(null, "app").join();
            assertThat(definitions.policies().stamp()).isNotSameAs(changed);
            assertThat(definitions.policies().exist()).isFalse();
        }
    }

    @Nested
    class Losing {

        @Test
        void anEntityTakesItsPoliciesAlong() throws JournalException {
            create(APP);
            create(APP.on(QUEUE));
            Object before = definitions.policies().stamp();
            definitions.delete(QUEUE).join();
            assertThat(definitions.policies().named("app")).hasSize(1);
            assertThat(definitions.policies().stamp()).isNotSameAs(before);
            create("orders");
            assertThat(definitions.policies().list(QUEUE)).isEmpty();
            restart();
            assertThat(definitions.policies().named("app")).hasSize(1);
            assertThat(definitions.readOnlyReason()).isEmpty();
        }

        @Test
        void aRecordMakesTheDefinitionsReadOnly() throws JournalException {
            create(APP);
            long id = definitions.policies().named("app").iterator().next().id();
            definitions.close();
            append(new Batch().remove(id).durable());
            definitions = open();
            assertThat(definitions.readOnlyReason())
                    .hasValueSatisfying(reason -> assertThat(reason).contains("policies should be there"));
            refused(definitions.policies().create(APP, random), ErrorCode.InvalidOperation);
        }

        @Test
        void theJournalLeavesWhatItHolds() {
            create(APP);
            store.failNext(HeldJournalStore.Failure.AFTER_WRITING);
            refused(definitions.policies().update(APP.withClaims(Claim.LISTEN)), ErrorCode.OutcomeUnknown);
            assertThat(definitions.policies().require(null, "app").claims()).containsExactly(Claim.SEND);
            Object before = definitions.policies().stamp();
            definitions.reopen().join();
            assertThat(definitions.policies().require(null, "app").claims()).containsExactly(Claim.LISTEN);
            assertThat(definitions.policies().stamp()).isNotSameAs(before);
            store.failNext(HeldJournalStore.Failure.BEFORE_WRITING);
            refused(definitions.policies().delete(null, "app"), ErrorCode.OutcomeUnknown);
            definitions.reopen().join();
            assertThat(definitions.policies().named("app")).hasSize(1);
        }
    }
}
