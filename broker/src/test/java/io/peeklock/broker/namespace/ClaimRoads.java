/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static io.peeklock.broker.namespace.ClaimRoads.Need.ANY;
import static io.peeklock.broker.namespace.ClaimRoads.Need.LISTEN;
import static io.peeklock.broker.namespace.ClaimRoads.Need.MANAGE;
import static io.peeklock.broker.namespace.ClaimRoads.Need.MANAGE_NAMESPACE;
import static io.peeklock.broker.namespace.ClaimRoads.Need.NOTHING;
import static io.peeklock.broker.namespace.ClaimRoads.Need.SEND;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.BrowsePosition;
import io.peeklock.broker.DeadLetterProperties;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionToken;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.StagedSessionState;
import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.RuleDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.entity.TrueFilter;
import io.peeklock.broker.message.Message;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Every call of a namespace, on every kind of entity it can be made on, and the claim that it needs: one line more for each
 * method that is added, or {@link ClaimRoadsTest} fails.
 *
 * <p>Stateless; the calls are made by one thread.
 */
final class ClaimRoads {
    static final EntityPath QUEUE = TestBus.ORDERS;
    static final EntityPath TOPIC = EntityPath.topic("news");
    static final EntityPath SUBSCRIPTION = EntityPath.subscription("news", "s");
    static final EntityPath SESSIONS = EntityPath.queue("sessions");
    static final List<EntityPath> OWNERS = List.of(QUEUE, TOPIC, SESSIONS);
    private static final List<EntityPath> SOURCES =
            List.of(QUEUE, QUEUE.deadLetterQueue(), SUBSCRIPTION, SUBSCRIPTION.deadLetterQueue());

    private static final Message MESSAGE = TestBus.text("m").build();
    private static final BranchXid XID = new BranchXid(1, new byte[] {1}, new byte[0]);
    private static final List<Long> NUMBERS = List.of(1L);

    /** What a call needs. */
    enum Need {
        /** Nothing: it tells nothing, or gives something back. */
        NOTHING,
        /** Any claim on the entity. */
        ANY,
        SEND,
        LISTEN,
        /** On the entity. */
        MANAGE,
        /** On the namespace. */
        MANAGE_NAMESPACE
    }

    /** A call; it gives a future or another value, or throws. */
    interface Call {
        Object on(Namespace namespace, Delivery held);
    }

    /** A call of one method on one kind of entity; an overloaded one by its parameters too. */
    record Road(String method, String on, Need need, Call call) {
        @Override
        public String toString() {
            return method + " " + on + ": " + need;
        }
    }

    private final List<Road> all = new ArrayList<>();

    private ClaimRoads() {}

    static List<Road> all() {
        ClaimRoads roads = new ClaimRoads();
        roads.addMessages();
        roads.addLooks();
        roads.addQueuesAndTopics();
        roads.addSubscriptions();
        roads.addBranches();
        roads.addTheRest();
        return roads.all;
    }

    private void add(String method, Object on, Need need, Call call) {
        all.add(new Road(method, on.toString(), need, call));
    }

    private void addMessages() {
        for (EntityPath to : List.of(QUEUE, TOPIC)) {
            OutgoingMessage outgoing = new OutgoingMessage(to, MESSAGE);
            add("send", to, SEND, (n, held) -> n.send(to, MESSAGE));
            add("schedule", to, SEND, (n, held) -> n.schedule(to, MESSAGE, Instant.MAX));
            add("cancelScheduled", to, SEND, (n, held) -> n.cancelScheduled(to, NUMBERS));
            add("reserveNumber", to, SEND, (n, held) -> n.reserveNumber(to, 0));
            add("partitionOf", to, SEND, (n, held) -> n.partitionOf(to, MESSAGE));
            add(
                    "commit/PartitionCommit",
                    to,
                    SEND,
                    (n, held) -> n.commit(new PartitionCommit(0, List.of(outgoing), List.of())));
        }
        for (EntityPath from : SOURCES) {
            ReceiverOptions options = ReceiverOptions.peekLock();
            add("openReceiver", from, LISTEN, (n, held) -> n.openReceiver(from, options));
            add("receiveDeferred", from, LISTEN, (n, held) -> n.receiveDeferred(from, NUMBERS, options));
        }
        SessionOptions session = SessionOptions.peekLock();
        add("acceptSession", SESSIONS, LISTEN, (n, held) -> n.acceptSession(SESSIONS, "a", session));
        add("acceptSession", "any", LISTEN, (n, held) -> n.acceptSession(SESSIONS, null, session));
        for (Settlement settlement : List.of(
                Settlement.COMPLETE,
                Settlement.DEFER,
                new Settlement.DeadLetter(null, null, Map.of()),
                new Settlement.Abandon(Map.of("a", 1)),
                new Settlement.Abandon(Map.of(), 1))) {
            addSettlement(settlement, LISTEN);
        }
        addSettlement(Settlement.ABANDON, NOTHING);
        addSettlement(Settlement.RELEASE, NOTHING);
        add("renew", QUEUE, LISTEN, (n, held) -> n.renew(token(held)));
        add("commit/PartitionCommit", "completes", LISTEN, (n, held) -> n.commit(completeOf(held)));
        add("commit/PartitionCommit", "states", LISTEN, (n, held) -> n.commit(stateOf(held)));
        add("check", "states", LISTEN, (n, held) -> n.check(stateOf(held)));
    }

    private void addSettlement(Settlement settlement, Need need) {
        add("settle", settlement, need, (n, held) -> n.settle(token(held), settlement));
        add("settleAll", settlement, need, (n, held) -> n.settleAll(List.of(token(held)), settlement));
    }

    private static PartitionCommit completeOf(Delivery held) {
        return new PartitionCommit(token(held).partition(), List.of(), List.of(token(held)));
    }

    /** It holds no session, of which who may not listen hears nothing. */
    private static PartitionCommit stateOf(Delivery held) {
        LockToken token = token(held);
        SessionToken session = new SessionToken(token.partition(), token.entityId(), "a", token.id());
        return new PartitionCommit(
                token.partition(), List.of(), List.of(), List.of(new StagedSessionState(session, null)));
    }

    private static LockToken token(Delivery held) {
        return held.requireLockToken();
    }

    private void addLooks() {
        for (EntityPath from : SOURCES) {
            add("peek", from, LISTEN, (n, held) -> n.peek(from, 0, 1));
            add("peekSession", from, LISTEN, (n, held) -> n.peekSession(from, "a", 0, 1));
            add("browse", from, LISTEN, (n, held) -> n.browse(from, null, BrowsePosition.START, 1));
            add("counters", from, LISTEN, (n, held) -> n.counters(from));
            add("statistics/EntityPath", from, LISTEN, (n, held) -> n.statistics(from));
        }
        add("counters", TOPIC, LISTEN, (n, held) -> n.counters(TOPIC));
        add("listSessions", SESSIONS, LISTEN, (n, held) -> n.listSessions(SESSIONS, null, 1));
        for (EntityPath path : List.of(QUEUE, TOPIC, QUEUE.deadLetterQueue())) {
            add("resolve", path, ANY, (n, held) -> n.resolve(path, false));
            add("resolve", path + " or create", ANY, (n, held) -> n.resolve(path, true));
        }
        add("resolve", SUBSCRIPTION, LISTEN, (n, held) -> n.resolve(SUBSCRIPTION, false));
        EntityPath missing = EntityPath.queue("missing");
        add("resolve", "create", MANAGE_NAMESPACE, (n, held) -> n.resolve(missing, true));
    }

    private void addQueuesAndTopics() {
        QueueDescription queue = QueueDescription.of("orders");
        QueueDescription newQueue = QueueDescription.of("new");
        add("createQueue", "new", MANAGE_NAMESPACE, (n, held) -> n.createQueue(newQueue));
        add(
                "createQueue",
                "temporary",
                ANY,
                (n, held) -> n.createQueue(QueueDescription.builder("$temporary/new")
                        .temporary(true)
                        .build()));
        add(
                "createQueue",
                "temporary under a plain name",
                MANAGE_NAMESPACE,
                (n, held) -> n.createQueue(
                        QueueDescription.builder("new").temporary(true).build()));
        add("updateQueue", QUEUE, MANAGE, (n, held) -> n.updateQueue(queue));
        add("deleteQueue", QUEUE, MANAGE, (n, held) -> n.deleteQueue("orders"));
        add("queue", QUEUE, ANY, (n, held) -> n.queue("orders"));
        add("queues", "all", ANY, (n, held) -> n.queues());
        TopicDescription topic = TopicDescription.of("news");
        add("createTopic", "new", MANAGE_NAMESPACE, (n, held) -> n.createTopic(TopicDescription.of("new")));
        add(
                "createTopic",
                "temporary",
                ANY,
                (n, held) -> n.createTopic(TopicDescription.builder("$temporary/new")
                        .temporary(true)
                        .build()));
        add(
                "createTopic",
                "temporary under a plain name",
                MANAGE_NAMESPACE,
                (n, held) -> n.createTopic(
                        TopicDescription.builder("new").temporary(true).build()));
        add("updateTopic", TOPIC, MANAGE, (n, held) -> n.updateTopic(topic));
        add("deleteTopic", TOPIC, MANAGE, (n, held) -> n.deleteTopic("news"));
        add("topic", TOPIC, ANY, (n, held) -> n.topic("news"));
        add("topics", "all", ANY, (n, held) -> n.topics());
    }

    private void addSubscriptions() {
        SubscriptionDescription s = SubscriptionDescription.of("news", "s");
        SubscriptionDescription other = SubscriptionDescription.of("news", "new");
        SubscriptionDescription own = other.toBuilder().madeByApplication(true).build();
        SubscriptionDescription brief = other.toBuilder().temporary(true).build();
        SubscriptionDescription app = SubscriptionDescription.builder("news", "app")
                .madeByApplication(true)
                .build();
        add("createSubscription", "new", MANAGE, (n, held) -> n.createSubscription(other));
        add("createSubscription", "of application", LISTEN, (n, held) -> n.createSubscription(own));
        add("createSubscription", "temporary", LISTEN, (n, held) -> n.createSubscription(brief));
        add("updateSubscription", SUBSCRIPTION, MANAGE, (n, held) -> n.updateSubscription(s));
        add("updateSubscription", "of application", LISTEN, (n, held) -> n.updateSubscription(app));
        add(
                "updateSubscription",
                "to that of application",
                MANAGE,
                (n, held) -> n.updateSubscription(
                        s.toBuilder().madeByApplication(true).build()));
        add("deleteSubscription", SUBSCRIPTION, MANAGE, (n, held) -> n.deleteSubscription("news", "s"));
        add("deleteSubscription", "of application", LISTEN, (n, held) -> n.deleteSubscription("news", "app"));
        add("subscription", SUBSCRIPTION, LISTEN, (n, held) -> n.subscription("news", "s"));
        add("subscriptions", TOPIC, LISTEN, (n, held) -> n.subscriptions("news"));
        RuleDescription rule = new RuleDescription("news", "s", "r", new TrueFilter());
        RuleDescription ofDefault = new RuleDescription("news", "s", "$Default", new TrueFilter());
        add("createRule", SUBSCRIPTION, MANAGE, (n, held) -> n.createRule(rule));
        add("updateRule", SUBSCRIPTION, MANAGE, (n, held) -> n.updateRule(ofDefault));
        add("deleteRule", SUBSCRIPTION, MANAGE, (n, held) -> n.deleteRule("news", "s", "$Default"));
        add("rule", SUBSCRIPTION, LISTEN, (n, held) -> n.rule("news", "s", "$Default"));
        add("rules", SUBSCRIPTION, LISTEN, (n, held) -> n.rules("news", "s"));
    }

    private void addRequirement(Claim claim, Need need) {
        add("requireClaim", claim, need, (n, held) -> {
            n.requireClaim(claim, QUEUE);
            return claim;
        });
    }

    private void addBranches() {
        for (EntityPath to : List.of(QUEUE, TOPIC)) {
            List<PartitionCommit> parts =
                    List.of(new PartitionCommit(0, List.of(new OutgoingMessage(to, MESSAGE)), List.of()));
            add("commit/List", to, SEND, (n, held) -> n.commit(parts));
            add("prepare", to, SEND, (n, held) -> n.prepare(XID, parts));
        }
        add("commit/List", "completes", LISTEN, (n, held) -> n.commit(List.of(completeOf(held))));
        add("prepare", "completes", LISTEN, (n, held) -> n.prepare(XID, List.of(completeOf(held))));
        add("commit/List", "states", LISTEN, (n, held) -> n.commit(List.of(stateOf(held))));
        add("prepare", "states", LISTEN, (n, held) -> n.prepare(XID, List.of(stateOf(held))));
        add("commitBranch", "another's", MANAGE_NAMESPACE, (n, held) -> n.commitBranch(XID));
        add("rollbackBranch", "another's", MANAGE_NAMESPACE, (n, held) -> n.rollbackBranch(XID));
        add("forgetBranch", "another's", MANAGE_NAMESPACE, (n, held) -> n.forgetBranch(XID));
        add("preparedBranches", "", MANAGE_NAMESPACE, (n, held) -> n.preparedBranches());
        add("commitPrepared", "", MANAGE_NAMESPACE, (n, held) -> n.commitPrepared(XID));
        add("rollbackPrepared", "", MANAGE_NAMESPACE, (n, held) -> n.rollbackPrepared(XID));
        add("partsInDoubt", "", MANAGE_NAMESPACE, (n, held) -> n.partsInDoubt(1));
        add("commitPart", "", MANAGE_NAMESPACE, (n, held) -> n.commitPart(0, new UUID(1, 2)));
        add("rollbackPart", "", MANAGE_NAMESPACE, (n, held) -> n.rollbackPart(0, new UUID(1, 2)));
        add("forgetPart", "", MANAGE_NAMESPACE, (n, held) -> n.forgetPart(0, new UUID(1, 2)));
        add("rememberTransactionLog", "", MANAGE_NAMESPACE, (n, held) -> n.rememberTransactionLog("n", new UUID(1, 2)));
        add("forgetTransactionLog", "", MANAGE_NAMESPACE, (n, held) -> n.forgetTransactionLog("n"));
        add("transactionLogs", "", MANAGE_NAMESPACE, (n, held) -> n.transactionLogs());
    }

    private void addTheRest() {
        AccessPolicy policy = AccessPolicy.of("other", Claim.SEND);
        add("createPolicy", "namespace", MANAGE_NAMESPACE, (n, held) -> n.createPolicy(policy));
        add("updatePolicy", "namespace", MANAGE_NAMESPACE, (n, held) -> n.updatePolicy(policy));
        add("deletePolicy", "namespace", MANAGE_NAMESPACE, (n, held) -> n.deletePolicy(null, "other"));
        add("policy", "namespace", MANAGE_NAMESPACE, (n, held) -> n.policy(null, "other"));
        add("policies", "namespace", MANAGE_NAMESPACE, (n, held) -> n.policies(null));
        for (EntityPath path : List.of(QUEUE, TOPIC)) {
            add("createPolicy", path, MANAGE, (n, held) -> n.createPolicy(policy.on(path)));
            add("updatePolicy", path, MANAGE, (n, held) -> n.updatePolicy(policy.on(path)));
            add("deletePolicy", path, MANAGE, (n, held) -> n.deletePolicy(path, "other"));
            add("policy", path, MANAGE, (n, held) -> n.policy(path, "other"));
            add("policies", path, MANAGE, (n, held) -> n.policies(path));
        }
        for (EntityPath from : SOURCES) {
            add(
                    "purgeMessages",
                    from,
                    MANAGE,
                    (n, held) -> n.purgeMessages(from, MessageSelection.ALL).result());
        }
        for (EntityPath letters : List.of(QUEUE.deadLetterQueue(), SUBSCRIPTION.deadLetterQueue())) {
            add(
                    "redriveMessages",
                    letters,
                    MANAGE,
                    (n, held) ->
                            n.redriveMessages(letters, MessageSelection.ALL).result());
            add(
                    "moveMessages",
                    letters,
                    MANAGE,
                    (n, held) -> n.moveMessages(letters, SESSIONS, MessageSelection.ALL, DeadLetterProperties.KEEP)
                            .result());
            add("resubmit", letters, MANAGE, (n, held) -> n.resubmit(letters, 1, MESSAGE));
        }
        add("backup/Path", "", MANAGE_NAMESPACE, (n, held) -> n.backup(Path.of("target")));
        add("backup/Path,Consumer", "", MANAGE_NAMESPACE, (n, held) -> n.backup(Path.of("target"), progress -> {}));
        add("statistics/", "", MANAGE_NAMESPACE, (n, held) -> n.statistics());
        add("statisticsOfEach", "", MANAGE_NAMESPACE, (n, held) -> n.statisticsOfEach(10));
        add("transactionsInDoubt", "", MANAGE_NAMESPACE, (n, held) -> n.transactionsInDoubt(1));
        add("warnings", "", MANAGE_NAMESPACE, (n, held) -> n.warnings());
        add("health", "", MANAGE_NAMESPACE, (n, held) -> n.health());
        add("reopen", "", MANAGE_NAMESPACE, (n, held) -> n.reopen(0));
        addRequirement(Claim.SEND, SEND);
        addRequirement(Claim.LISTEN, LISTEN);
        addRequirement(Claim.MANAGE, MANAGE);
        add("id", "", NOTHING, (n, held) -> n.id());
        add("partitions", "", NOTHING, (n, held) -> n.partitions());
        add("config", "", NOTHING, (n, held) -> n.config());
        add("isOpen", "", NOTHING, (n, held) -> n.isOpen());
        add("hasPolicies", "", NOTHING, (n, held) -> n.hasPolicies());
        add("authorize", "as another", NOTHING, (n, held) -> n.authorize("manager", "manager-key"));
    }
}
